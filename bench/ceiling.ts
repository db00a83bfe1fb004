import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Aedes } from "aedes";

/** aedes with no work to do: what any broker in this process could reach at best. Prints its port. */
const broker = new Aedes();
await broker.listen();
const server = createServer(broker.handle);
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`ready mqtt://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
