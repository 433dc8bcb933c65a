import { Agent, createServer, request, type Server } from "node:http";

/**
 * A server on loopback that hands each request to the server at `port` and waits for its answer before the next: under
 * Terraform's parallel calls moto now and then carries one out twice.
 */
export function oneAtATime(port: number): Server {
  const agent = new Agent({ keepAlive: false });
  let previous: Promise<void> = Promise.resolve();
  return createServer((incoming, answer) => {
    const body: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => body.push(chunk));
    incoming.on("end", () => {
      previous = previous.then(
        () =>
          new Promise<void>((done) => {
            const { method, url: path, headers } = incoming;
            const forwarded = request({ host: "127.0.0.1", port, method, path, headers, agent }, (received) => {
              answer.writeHead(received.statusCode ?? 502, received.headers);
              received.pipe(answer);
              received.once("close", done);
            });
            forwarded.once("error", (error) => {
              answer.writeHead(502).end(error.message);
              done();
            });
            forwarded.end(Buffer.concat(body));
          }),
      );
    });
  });
}
