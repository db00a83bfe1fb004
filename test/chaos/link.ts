import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire to a TCP server on loopback, which can be made to lose the answers to what went through. */
export async function openLink(targetPort: number) {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let deaf = false;
  let lostBytes = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    const pair = { near, far };
    pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
        pairs.delete(pair);
      });
    }
    near.pipe(far);
    far.on("data", (data) => {
      if (deaf) lostBytes += data.length;
      else if (!near.write(data)) {
        far.pause();
        near.once("drain", () => far.resume());
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    /** For `ms` requests arrive but answers do not, then all connections break; gives the bytes that were lost. */
    async loseAnswers(ms: number): Promise<number> {
      lostBytes = 0;
      deaf = true;
      await new Promise((resolve) => setTimeout(resolve, ms));
      cut();
      deaf = false;
      return lostBytes;
    },
    close() {
      server.close();
      cut();
    },
  };
}
