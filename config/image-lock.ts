import lock from "../images.lock.json";

/** Digests by references in public registries, as those told them. */
export type ImageLock = Readonly<Record<string, string>>;

/** `images.lock.json`, which `npm run images-lock` writes. */
export const IMAGE_LOCK: ImageLock = lock;
