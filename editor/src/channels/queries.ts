import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as z from "zod";
import { type Channel, channelSchema, type NewChannel } from "../../../engine/model/channel.ts";
import { encoded, get, pageOf, post, request } from "../api.ts";

const pathOf = (name: string) => `/api/channels/${encoded(name)}`;

export function useChannelList() {
  return useQuery({
    queryKey: ["channels", "whole"],
    queryFn: async ({ signal }): Promise<Channel[]> =>
      (await get("/api/channels", pageOf(channelSchema), {}, signal)).items,
  });
}

export function useSaveChannel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (channel: NewChannel): Promise<Channel> => {
      const headers = { "content-type": "application/json" };
      const init = { method: "PUT", headers, body: JSON.stringify(channel) };
      return (await request(pathOf(channel.name), channelSchema, init)).body;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["channels"] }),
  });
}

export function useDeleteChannel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request(pathOf(name), z.unknown(), { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["channels"] }),
  });
}

const triedSchema = z.object({ sent: z.boolean(), reason: z.string().nullable() });

export function useTryChannel() {
  return useMutation({ mutationFn: (name: string) => post(`${pathOf(name)}/test`, triedSchema) });
}
