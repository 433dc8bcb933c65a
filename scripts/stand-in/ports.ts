import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Below those that systems give to connections, and to who listens on port 0: such a one may be taken at any moment. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;

/** A port of loopback that nothing listens on, for a program that is to be told its port. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    const probe = createServer().listen(port, "127.0.0.1");
    try {
      await once(probe, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") continue;
      throw error;
    }
    probe.close();
    await once(probe, "close");
    return port;
  }
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
