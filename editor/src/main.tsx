import "./mantine.css";
import "@xyflow/react/dist/style.css";
import "./tokens.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import * as z from "zod";
import { ApiError } from "./api.ts";
import { App } from "./app.tsx";
import { keepFresh } from "./fresh.ts";
import { startLanguage } from "./text/choose.ts";
import { useLanguage } from "./text/text.ts";
import { theme } from "./theme.ts";

// The content policy forbids the code generation that zod would try otherwise.
z.config({ jitless: true });

/** One more try where the fault may pass by itself; a refusal stays one. */
function mayPass(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return failures < 1 && !refused;
}

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: mayPass } },
});
keepFresh(queries);

/** Another language draws the page anew; what is being edited stays open. */
function Spoken() {
  return <App key={useLanguage()} />;
}

const root = document.getElementById("root");
void startLanguage().then(() => {
  if (root)
    createRoot(root).render(
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <Spoken />
        </QueryClientProvider>
      </MantineProvider>,
    );
});
