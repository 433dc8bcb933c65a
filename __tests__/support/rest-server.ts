/** A server on loopback that answers as a cloud's REST API does, and hands out tokens as a machine of that cloud gets them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Loopback } from "./loopback";

/** The token of every server of the tests: a cloud's own package keeps the first one that it gets as long as the process lives. */
export const TOKEN = "of-loopback";

/** Answers by path, without their queries; undefined: there is none (404); a number: that status. */
export type Answers = Readonly<Record<string, unknown>>;

export class RestServer extends Loopback {
  /** What is answered now. */
  answers: Answers = {};
  /** What was asked, `GET /path`. */
  readonly asked: string[] = [];

  protected answer(request: IncomingMessage, response: ServerResponse): unknown {
    const path = decodeURIComponent(new URL(request.url ?? "", "http://loopback").pathname);
    const answer = (status: number, value: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json", "metadata-flavor": "Google" })
        .end(JSON.stringify(value));
    if (path.startsWith("/computeMetadata/")) {
      return path.endsWith("/token")
        ? answer(200, { access_token: TOKEN, expires_in: 3600, token_type: "Bearer" })
        : answer(200, {});
    }
    if (path === "/msi/token")
      return answer(200, {
        access_token: TOKEN,
        expires_on: String(Date.now() / 1000 + 3600),
        token_type: "Bearer",
      });
    this.asked.push(`${String(request.method)} ${path}`);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return answer(401, { error: { code: 401, message: "no token" } });
    const known = this.answers[path];
    if (typeof known === "number") return answer(known, { error: { code: known, message: "You may not." } });
    return known === undefined ? answer(404, { error: { code: 404, message: "There is none." } }) : answer(200, known);
  }
}
