/** Registries as those see them who pull from them, whatever the cloud. */
import type { Resource } from "../model";
import type { AddressSet } from "../../packets/address-set";
import type { NodePool } from "./node-pool";

/** An image's reference, in its parts: https://github.com/distribution/reference */
export interface ImageReference {
  readonly text: string;
  readonly host: string;
  /** The repository behind the host, without tag and digest. */
  readonly path: string;
}

const DOCKER_HUB = "docker.io";

/** A reference whose first part is no host is one of Docker Hub's, and without a folder one of its library. */
export function readReference(text: string): ImageReference {
  const [first = "", ...rest] = text.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const named = (isHost ? rest.join("/") : text).replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  const host = isHost ? first : DOCKER_HUB;
  return { text, host, path: host === DOCKER_HUB && !named.includes("/") ? `library/${named}` : named };
}

/** Whether the image lies where the reference `place` leads to, or below. */
export function isWithin({ host, path }: ImageReference, place: string): boolean {
  const own = `${host}/${path}`;
  return own === place || own.startsWith(`${place}/`);
}

/** What is in the way of nodes that pull an image, or may be. */
export interface PullObstacle {
  readonly certain: boolean;
  readonly why: string;
  readonly remedy: string;
  /** Where that is to be changed; undefined: where the image is named. */
  readonly at?: Resource | undefined;
  /** The registry is far from the nodes, which is no obstacle where they reach these addresses. */
  readonly unless?: AddressSet;
}

/** What the input's registries do not say themselves. */
export interface RegistryContext {
  /** AWS account, or Google project, and region of the input; undefined where they can't be told. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** Whether somebody puts the image where its reference says, so that nothing of the input need fetch it, if that is told. */
  readonly isPutThere: ((image: ImageReference) => boolean) | undefined;
}

/** What is in the way of a pool's nodes; undefined for an image that is in no registry of this cloud. */
export type Registries = (image: ImageReference, pool: NodePool) => readonly PullObstacle[] | undefined;
