import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "coap";

/** node-coap that says yes to everything: what a CoAP server on it could reach at best. Prints its address. */
const server = createServer((_request, response) => {
  response.code = "2.04";
  response.end();
});
const socket = createSocket("udp4");
socket.bind(0, "127.0.0.1");
await once(socket, "listening");
server.listen(socket);
process.stdout.write(`ready coap://127.0.0.1:${socket.address().port}\n`);
