import { Command } from "commander";
import { address } from "./address.ts";
import { asking } from "./ask.ts";

const ask = asking("--http");

interface Options {
  http: string;
  json?: true;
}
interface Shown {
  id: string;
  name: string;
  profile: string;
  token: string;
}

/** `millrace devices add|list`: devices of a running server. */
export function devicesCommand(): Command {
  const devices = new Command("devices").description("Devices of a running server.");
  const common = (command: Command) =>
    command
      .option("--http <url>", "the server's HTTP API", address("http:", "https:"), "http://127.0.0.1:8080")
      .option("--json", "print JSON");
  common(devices.command("add"))
    .description("Create a device and print its access token.")
    .argument("<name>", "unique name")
    .option("--profile <profile>", "profile of the device", "default")
    .addHelpText("after", "\nExample:\n  millrace devices add pump-7")
    .action(async (name: string, { http, json, profile }: Options & { profile: string }) => {
      const device = await ask<Shown>(`${http}/api/devices`, { name, profile });
      print(json ? JSON.stringify(device) : `${device.id}\t${device.name}\t${device.token}`);
    });
  common(devices.command("list"))
    .description("List devices, by name.")
    .option("--search <text>", "part of a name or id")
    .addHelpText("after", "\nExample:\n  millrace devices list --search pump --json")
    .action(async ({ http, json, search }: Options & { search?: string }) => {
      let cursor = "";
      do {
        const query = new URLSearchParams({
          limit: "200",
          ...(search && { search }),
          ...(cursor && { cursor }),
        });
        const page = await ask<{ items: Shown[]; next: string | null }>(`${http}/api/devices?${query}`);
        for (const device of page.items)
          print(json ? JSON.stringify(device) : `${device.id}\t${device.name}\t${device.profile}`);
        cursor = page.next ?? "";
      } while (cursor);
    });
  return devices;
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}
