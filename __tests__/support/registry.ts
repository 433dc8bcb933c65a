import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the registry of the tests has, and how it answers where it is not well. */
export interface RegistryState {
  /** Digests by `REPOSITORY:TAG`. */
  images: Readonly<Record<string, string>>;
  /** Answers every request for a manifest that brings its token. */
  answer?: ((response: ServerResponse) => void) | undefined;
  /** Answers every request for a token. */
  tokenAnswer?: ((response: ServerResponse) => void) | undefined;
  /** Stands for the usual challenge; null: none is sent. */
  challenge?: string | null | undefined;
  /** Whether it takes anybody, as some do, without a token. */
  open?: boolean;
}

/**
 * A registry on this machine, which speaks the part of the HTTP API that tells a digest, and refuses what real ones refuse:
 * a manifest without a token for its repository, an `Accept` without the types of manifests, a method other than HEAD.
 */
export async function startRegistry(state: RegistryState) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? "", `http://${request.headers.host}`);
    if (url.pathname === "/token") return tokenFor(url, response);
    const [, repository = "", tag = ""] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url.pathname) ?? [];
    if (request.method !== "HEAD" || tag === "") return end(response, 405);
    if (!state.open && request.headers.authorization !== `Bearer ${tokenOf(repository)}`) {
      const challenge = `Bearer realm="${url.origin}/token?account=anonymous",service="tests",scope="repository:${repository}:pull"`;
      const sent = state.challenge === undefined ? challenge : state.challenge;
      return end(response, 401, sent === null ? {} : { "www-authenticate": sent });
    }
    if (state.answer) return state.answer(response);
    const digest = state.images[`${repository}:${tag}`];
    if (digest === undefined || !acceptsLists(request)) return end(response, 404);
    return end(response, 200, { "docker-content-digest": digest });
  });
  const tokenFor = (url: URL, response: ServerResponse) => {
    if (state.tokenAnswer) {
      state.tokenAnswer(response);
      return;
    }
    const [, repository] = /^repository:(.+):pull$/.exec(url.searchParams.get("scope") ?? "") ?? [];
    const isAsked = url.searchParams.get("service") === "tests" && url.searchParams.get("account") === "anonymous";
    if (repository === undefined || !isAsked) {
      end(response, 400);
      return;
    }
    end(response, 200, {}, JSON.stringify({ token: tokenOf(repository) }));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const tokenOf = (repository: string) => `token-of-${repository}`;

/** A real registry answers 404, or another digest, to who can't take a list of architectures. */
const acceptsLists = ({ headers }: IncomingMessage) =>
  ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"].every(
    (type) => headers.accept?.split(", ").includes(type),
  );

export function end(response: ServerResponse, status: number, headers: Record<string, string> = {}, body?: string) {
  response.writeHead(status, headers).end(body);
}
