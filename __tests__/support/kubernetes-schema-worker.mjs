// Validates manifests in a thread of its own: kubernetes-models is made of ES modules, and jest runs CommonJS.
import { workerData } from "node:worker_threads";

const { signal, port } = workerData;

/** @returns {Promise<string[]>} */
async function validate(manifest) {
  const { apiVersion, kind } = manifest ?? {};
  const Model = await modelOf(apiVersion, kind);
  if (!Model) return [`${apiVersion} ${kind} is not a kind of the Kubernetes API`];
  const errors = [];
  const unread = [];
  try {
    Model.prototype.validate.call(watched(manifest, "", unread));
  } catch (error) {
    if (!error.errors) throw error;
    for (const { instancePath, message } of error.errors) errors.push(`${instancePath || "/"} ${message}`);
  }
  const all = [...errors, ...unread.flatMap((unknownFields) => unknownFields())];
  const opaque = opaquePaths(manifest, "");
  return all.filter((error) => !opaque.some((path) => error.startsWith(`${path} `) || error.startsWith(`${path}/`)));
}

/** Paths of the references and unknowns of the verification's model. */
function opaquePaths(value, path) {
  if (typeof value !== "object" || value === null) return [];
  const isOpaque =
    (value.kind === "reference" && "attribute" in value) || (value.kind === "unknown" && "reason" in value);
  return isOpaque ? [path] : Object.entries(value).flatMap(([key, item]) => opaquePaths(item, `${path}/${key}`));
}

/** The class of a kind, which its schema is attached to. */
async function modelOf(apiVersion, kind) {
  if (!/^([a-z0-9.]+\/)?v\d+((alpha|beta)\d+)?$/.test(apiVersion) || !/^[A-Z][A-Za-z]+$/.test(kind)) return undefined;
  const models = await import(`kubernetes-models/${apiVersion}`).catch(() => ({}));
  const Model = models[kind];
  return Model && Model.kind === kind && Model.apiVersion === apiVersion ? Model : undefined;
}

/**
 * `value`, noting which of its fields the schema looks at. A schema looks up each field that it knows, present or not,
 * so a field that it leaves is one that the API server does not know; an object that it never looks into is free.
 */
function watched(value, path, unread) {
  if (typeof value !== "object" || value === null) return value;
  const read = new Set();
  let isWalked = false;
  const children = new Map();
  unread.push(() =>
    Array.isArray(value) || isWalked || read.size === 0
      ? []
      : Object.keys(value)
          // The package's schemas lost every field of these names.
          .filter((key) => !read.has(key) && key !== "description" && !key.startsWith("x-kubernetes-"))
          .map((key) => `${path}/${key} is not a field of the Kubernetes API`),
  );
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "symbol") return target[key];
      read.add(key);
      if (!children.has(key)) children.set(key, watched(target[key], `${path}/${key}`, unread));
      return children.get(key);
    },
    ownKeys(target) {
      isWalked = true;
      return Reflect.ownKeys(target);
    },
  });
}

port.on("message", async (manifest) => {
  const answer = await validate(manifest).catch((error) => [`can't be validated: ${error.message}`]);
  port.postMessage(answer);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
