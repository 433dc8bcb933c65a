/** How the API server reaches services of the cluster: a proxy of its own in the place of the network that is not here. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Takes each connection that the API server opens into the cluster (its egress selector, HTTP CONNECT) to a port of
 * loopback. So webhooks are called by the Service that their configuration names, over TLS for its name: nothing of the
 * configuration is changed for the stand-in.
 */
export class ServiceNetwork {
  private readonly ports = new Map<string, number>();
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly socket: string,
  ) {
    server.on("connect", (request: IncomingMessage, caller: Socket) => this.pass(request.url ?? "", caller));
  }

  static async start(): Promise<ServiceNetwork> {
    // Its path may have a hundred characters at most, which a checkout's own may exceed.
    const socket = join(tmpdir(), `kubernetes-${randomUUID()}`);
    const server = createServer().listen(socket);
    await once(server, "listening");
    return new ServiceNetwork(server, socket);
  }

  /** The API server's `--egress-selector-config-file`. */
  get configuration() {
    return {
      apiVersion: "apiserver.k8s.io/v1beta1",
      kind: "EgressSelectorConfiguration",
      egressSelections: [
        {
          name: "cluster",
          connection: { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: this.socket } } },
        },
      ],
    };
  }

  /** Has an address of the cluster (`10.96.0.7:443`) answered by a port of loopback. */
  route(address: string, port: number): void {
    this.ports.set(address, port);
  }

  /** Ends every connection. */
  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    const closed = once(this.server, "close");
    this.server.close();
    await closed;
    rmSync(this.socket, { force: true });
  }

  private pass(address: string, caller: Socket): void {
    this.keep(caller);
    const port = this.ports.get(address);
    if (port === undefined) return void caller.end("HTTP/1.1 502 No pod answers there\r\n\r\n");
    const service = connect(port, "127.0.0.1", () => {
      caller.write("HTTP/1.1 200 Connected\r\n\r\n");
      service.pipe(caller).pipe(service);
    });
    this.keep(service);
    service.on("error", () => caller.destroy());
    caller.on("error", () => service.destroy());
  }

  private keep(socket: Socket): void {
    this.open.add(socket);
    socket.once("close", () => this.open.delete(socket));
  }
}
