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
import { secretTypes, type SecretTypes } from "../clouds/index";
import { isList, isObject, isOpaque } from "../values";
import { problemAt, type Invariant, type Problem } from "./invariant";
import { shown } from "../../config/texts";

type Path = readonly (string | number)[];

export const invariant: Invariant = {
  id: "no-secrets",
  title: "Nothing in the input is a secret.",
  paragraph: "Cloudflare Tunnel, Secret values",
  remedy: "Take the value out, revoke it, and have it read from the secret store when it is needed.",
  *check({ system, deployment }) {
    const found = new Map<string, Problem>();
    const secrets = secretTypes(system.resources);
    for (const resource of system.resources) {
      judgeResource(resource, secrets, (path, what) => {
        const name = nameOf(path);
        if (!found.has(name)) found.set(name, problemAt(resource, [...path], "violated", `${name} ${what}`));
      });
      yield* found.values();
      found.clear();
      if (deployment && resource.type === "kubernetes:Secret") yield* judgeState(resource);
    }
  },
};

/** Takes what is the matter with the field at a path. Callbacks, since most inputs are large and hold nothing. */
type Report = (path: Path, what: string) => void;

function judgeResource(resource: Resource, secrets: SecretTypes, report: Report): void {
  if (resource.type === "kubernetes:Secret") {
    judgeSecret(resource, report);
    return;
  }
  judgeValue(resource.values, [], "", false, report);
  const argument = secrets.get(resource.type)?.(resource);
  const value = argument === undefined ? undefined : resource.values[argument];
  if (argument !== undefined && typeof value === "string" && isLiteral(value))
    report([argument], "is the value of a secret");
}

/** A field's path as people write it: `env[0].value`. */
const nameOf = (path: Path): string =>
  path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");

// ---------------------------------------------------------------- texts of a resource

/** Lists of pairs that hold variables or settings: the one member names what the other holds. */
const PAIRS = [
  ["name", "value"],
  ["key", "value"],
] as const;

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
    for (const [naming, held] of PAIRS) {
      const [key, text] = [value[naming], value[held]];
      if (typeof key !== "string" || typeof text !== "string") continue;
      if (meaningOf(key).isSecret && isLiteral(text)) report([...path, held], BY_NAME);
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

function jsonOf(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

// ---------------------------------------------------------------- Kubernetes Secrets

/** Keys of Secrets that hold no secret, though Kubernetes has them there. */
const PUBLIC_KEYS = /^(cluster_name|namespace|username|ca\.crt|tls\.crt|ca\.pem|cert\.pem|.*-public)$/;

function judgeSecret(secret: Resource, report: Report): void {
  for (const [part, values] of Object.entries(secret.values)) {
    if (part !== "data" && part !== "stringData") {
      judgeValue(values, [part], part, false, report);
      continue;
    }
    for (const [key, value] of isObject(values) ? Object.entries(values) : []) {
      const written = (isUnknown(value) ? value.text : isOpaque(value) ? undefined : value) ?? "";
      const text = part === "data" ? decoded(shown(written)) : shown(written);
      if (formOf(text) !== undefined || (!PUBLIC_KEYS.test(key) && isLiteral(text))) {
        report([part, key], "is a literal in a Secret");
      }
    }
  }
}

const decoded = (base64: string) => Buffer.from(base64, "base64").toString();

/** The provider keeps `data` in the state, and `data_wo` nowhere. */
function* judgeState(secret: Resource): Generator<Problem> {
  const data = secret.terraform?.values["data"];
  for (const [key, value] of isObject(data ?? null) ? Object.entries(data as object) : []) {
    if (!isOpaque(value) || PUBLIC_KEYS.test(key)) continue;
    yield problemAt(secret, ["stringData", key], "violated", `${key} comes into the state: it is not write-only`);
  }
}

// ---------------------------------------------------------------- names

/** The last words of names that a secret stands under; `secretName`, `token_url` and the like name its place. */
const SECRET_NAME = new RegExp(
  // `secretKey` alone is how manifests name a key of a Secret.
  "(^|_)(password|passwd|passphrase|pwd|secret|secrets?_string|secret_binary|secret_data|secret_value|token|" +
    "private_key(_pem)?|api_?key|access_key|account_key|shared_key|signing_key|master_key|credentials?|" +
    "connection_string|auth_string|bearer)$|._secret_key$",
);

/** Under these, names are other objects' or say what something is for. */
const NAMING = /(_ref|_refs|_reference|secret_name|selector|annotations|labels|secret_key_ref|tags_all)$/;

interface Meaning {
  readonly isSecret: boolean;
  readonly isNaming: boolean;
}

/** Inputs have few names, many times each. */
const meanings = new Map<string, Meaning>();

function meaningOf(name: string): Meaning {
  let meaning = meanings.get(name);
  if (!meaning) {
    const words = snake(name);
    meaning = { isSecret: SECRET_NAME.test(words), isNaming: NAMING.test(words) };
    meanings.set(name, meaning);
  }
  return meaning;
}

/** `clientSecret`, `client-secret`, `CLIENT_SECRET`, and write-only `client_secret_wo`, are `client_secret`. */
const snake = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[-.\s]/g, "_")
    .toLowerCase()
    .replace(/_wo$/, "");

/** Whether a text is a value itself: not empty, a switch, a placeholder, or the place where the value lies. */
function isLiteral(text: string): boolean {
  const value = text.trim();
  return value !== "" && !SWITCH.test(value) && !PLACEHOLDER.test(value) && !PLACE.test(value) && !KIND.test(value);
}

const SWITCH = /^(true|false|yes|no|on|off|null|none|~|enabled|disabled|required|optional|\d{1,3})[,;]?$/i;
/** What kind of credentials are used, not which: `ServiceCredentials`. */
const KIND = /^([A-Z][a-z]+)+Credentials$/;
/** Filled in elsewhere: `${...}`, `$(...)`, `$NAME`, `{{...}}`, `<...>`, `%s`, `***`, a block that follows. */
const PLACEHOLDER = /\$\{|\$\(|^\$\w+$|\{\{|^<[^>]*>$|^%\w?$|^[*x.]+$|^[|>&{[][-+]?$/i;
/** A path, an ARN, an id of a cloud's resource, an address without a password. */
const PLACE =
  /^(\/|\.{1,2}\/|~\/|arn:|projects\/|vault:|file:|ref\+|https?:\/\/[^\s@]*$|u__|[\w-]+\.(vault\.azure\.net|svc)\b)/;

// ---------------------------------------------------------------- forms

const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ["holds a private key", /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----/],
  ["holds an access key of AWS", /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  [
    "holds a secret access key of AWS",
    /([Ss]ecret_?[Aa]ccess_?[Kk]ey|SECRET_ACCESS_KEY)["'\s:=]+[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/,
  ],
  ["holds a JSON Web Token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ["holds a token of GitHub", /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/],
  ["holds a token of GitLab", /\bglpat-[\w-]{20,}/],
  ["holds a token of Slack", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/],
  ["holds a key of Google", /\bAIza[\w-]{35}\b|\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}/],
  ["holds a key of Azure Storage", /\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}/],
  ["holds a shared access signature of Azure", /[?&]sig=[A-Za-z0-9%+/]{30,}/],
  ["holds a key of Stripe", /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ["holds a token of a package registry", /\bnpm_[A-Za-z0-9]{36}\b|\bpypi-AgE[\w-]{50,}|\bdckr_pat_[\w-]{20,}/],
  ["holds a token of Vault or Terraform", /\bhv[sb]\.[\w-]{24,}|\b\w{14}\.atlasv1\.[\w-]{40,}/],
  ["holds a key of a model provider", /\bsk-(ant|proj|svcacct)-[\w-]{20,}/],
  ["holds a key of SendGrid", /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
];

/** An address with a password, a connection string with one. */
const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"']*:([^\s@/"']+)@/gi;
const CONNECTION = /(?:^|;)\s*(?:password|pwd)\s*=\s*([^;\s]+)\s*(?:;|$)/gi;
/** What may be the token of a tunnel: base64 of a JSON object. */
const BASE64_OBJECT = /\beyJ[A-Za-z0-9+/_-]{40,}={0,2}/g;

/** Any of the forms; few texts have one. */
const ANY_FORM = new RegExp(FORMS.map(([, form]) => `(?:${form.source})`).join("|"));
/** The shortest text that has one. */
const SHORTEST = 20;

/** What credential a text is or holds; undefined if none. */
function formOf(text: string): string | undefined {
  if (text.length >= SHORTEST && ANY_FORM.test(text)) return FORMS.find(([, form]) => form.test(text))?.[0];
  if (text.includes("@") && passwordIn(text, ADDRESS)) return "holds an address with a password";
  if (text.includes(";") && passwordIn(text, CONNECTION)) return "holds a connection string with a password";
  const isToken = text.includes("eyJ") && [...text.matchAll(BASE64_OBJECT)].some(([token]) => isTunnelToken(token));
  return isToken ? "holds the token of a Cloudflare Tunnel" : undefined;
}

const passwordIn = (text: string, form: RegExp) =>
  [...text.matchAll(form)].some(([, password = ""]) => isLiteral(password));

/** Account, tunnel and secret, as `cloudflared tunnel token` prints them. */
function isTunnelToken(base64: string): boolean {
  const token = jsonOf(decoded(base64));
  return isObject(token) && ["a", "t", "s"].every((key) => typeof token[key] === "string");
}
