import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire to the TCP server on loopback that `target` is the URL of; it can be made to lose what is on it. */
export async function openLink(target: string) {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let deaf = false;
  let isCut = false;
  let lostBytes = 0;
  const server = createServer((near) => {
    if (isCut) return void near.on("error", () => {}).destroy();
    const far = connect(Number(new URL(target).port), "127.0.0.1");
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
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    /** The target's, by way of the wire. */
    url: url.href,
    /** For `ms` requests arrive but answers do not, then all connections break; gives the bytes that were lost. */
    async loseAnswers(ms: number): Promise<number> {
      lostBytes = 0;
      deaf = true;
      await new Promise((resolve) => setTimeout(resolve, ms));
      breakAll();
      deaf = false;
      return lostBytes;
    },
    /** Nobody gets through until it is mended. */
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    /** Those who are connected hear nothing any more, not even that; who connects anew gets through. Gives how many. */
    fallSilent(): number {
      for (const { near, far } of pairs) {
        near.unpipe(far).resume();
        far.removeAllListeners("data").resume();
      }
      return pairs.size;
    },
    close() {
      server.close();
      breakAll();
    },
  };
}
