/**
 * `no-secrets`. Document: "Cloudflare Tunnel", "Secret values": they are relayed to the customer's secrets backend and
 * lie nowhere else.
 *
 * Nothing in the input is a secret. Judged is every text of every resource:
 * - what has the form of a well-known credential (a cloud's or service's key, a private key, a token, an address with a
 *   password in it, the token of a Cloudflare Tunnel), wherever it stands, in longer texts and base64 too;
 * - what stands under a name of a secret (`password`, `client_secret`, a variable DB_PASSWORD and the like), in blocks,
 *   in environment variables, in JSON, YAML and INI texts, and is neither empty, nor a placeholder, nor the place of one;
 * - every literal in a Kubernetes Secret, write-only or not, except keys that are known to hold none.
 *
 * A reference to another resource, or a value that the input does not hold or holds in part, is no secret in the input.
 * In a deployment of this package it must not come into the state either: a secret's values are written by write-only
 * arguments.
 *
 * Messages name the field, never what it holds.
 */
import { isUnknown, type Resource, type Value } from "../model";
import type { SecretTypes } from "../clouds/cloud";
import { checkedByClouds, secretTypes } from "../clouds/index";
import { isList, isObject } from "../values";
import type { Invariant } from "./invariant";
import { problemAt, type Problem } from "../problem";
import { meaningOf, isLiteral, formOf, jsonOf } from "../secret-texts";

type Path = readonly (string | number)[];

export const invariant: Invariant = {
  id: "no-secrets",
  title: "Nothing in the input is a secret.",
  paragraph: "Cloudflare Tunnel, Secret values",
  remedy: "Take the value out, revoke it, and have it read from the secret store when it is needed.",
  *check(judged) {
    const { system } = judged;
    const found = new Map<string, Problem>();
    const secrets = secretTypes(system.resources);
    for (const resource of system.resources) {
      judgeResource(resource, secrets, (path, what) => {
        const name = nameOf(path);
        if (!found.has(name)) found.set(name, problemAt(resource, [...path], "violated", `${name} ${what}`));
      });
      yield* found.values();
      found.clear();
    }
    yield* checkedByClouds("no-secrets", judged);
  },
};

/** Takes what is the matter with the field at a path. Callbacks, since most inputs are large and hold nothing. */
type Report = (path: Path, what: string) => void;

function judgeResource(resource: Resource, secrets: SecretTypes, report: Report): void {
  const own = Object.hasOwn(secrets, resource.type) ? secrets[resource.type]?.(resource) : undefined;
  for (const { path, text, what, isPublic = false } of own ?? [])
    if (formOf(text) !== undefined || (!isPublic && isLiteral(text))) report(path, what);
  const told = new Set<string>(own?.map(({ path: [argument] }) => argument));
  const { values } = resource;
  const others =
    told.size === 0 ? values : Object.fromEntries(Object.entries(values).filter(([name]) => !told.has(name)));
  judgeValue(others, [], "", false, report);
}

/** A field's path as people write it: `env[0].value`. */
const nameOf = (path: Path): string =>
  path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");

// ---------------------------------------------------------------- texts of a resource

/** Lists of pairs that hold variables or settings: one of these members names what `value` holds. */
const NAMING = ["name", "key"] as const;

/**
 * @param path of the value; changed while it is walked
 * @param name the last name on the path
 * @param isNaming whether a field above holds names of other things
 */
function judgeValue(value: Value, path: (string | number)[], name: string, isNaming: boolean, report: Report): void {
  const written = isUnknown(value) ? value.text : value;
  if (typeof written === "string") {
    const form = formOf(written);
    if (form !== undefined) report(path, form);
    else if (!isNaming && meaningOf(name).isSecret && isLiteral(written)) report(path, BY_NAME);
    else judgeText(written, path, report);
  } else if (isList(value)) {
    value.forEach((part, i) => judgeAt(part, i, path, name, isNaming, report));
  } else if (isObject(value)) {
    const text = value["value"];
    if (typeof text === "string") {
      for (const naming of NAMING) {
        const key = value[naming];
        if (typeof key === "string" && meaningOf(key).isSecret && isLiteral(text)) report([...path, "value"], BY_NAME);
      }
    }
    const isBelow = isNaming || meaningOf(name).isNaming;
    for (const key in value) judgeAt(value[key] as Value, key, path, key, isBelow, report);
  }
}

function judgeAt(
  value: Value,
  step: string | number,
  path: (string | number)[],
  name: string,
  isNaming: boolean,
  report: Report,
): void {
  path.push(step);
  judgeValue(value, path, name, isNaming, report);
  path.pop();
}

const BY_NAME = "is a secret by its name";

/** Fields within a text that is JSON, or lines of `name: value` and `name = value`. */
function judgeText(text: string, path: Path, report: Report): void {
  const document = /^\s*[[{]/.test(text) ? jsonOf(text) : undefined;
  if (document !== undefined) {
    judgeValue(document, [], "", false, (_, what) => report(path, `holds a field that ${what}`));
    return;
  }
  if (!text.includes("\n") && !/^[\w.-]+\s*[:=]/.test(text)) return;
  for (const [, name = "", value = ""] of text.matchAll(LINES)) {
    if (meaningOf(name).isSecret && isLiteral(value)) report(path, "holds a line that is a secret by its name");
  }
}

const LINES = /^[ \t]*(?:-[ \t]+|export[ \t]+)?["']?([\w.-]+)["']?[ \t]*[:=][ \t]*["']?([^\s"'#][^\r\n"']*)/gm;
