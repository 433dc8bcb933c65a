/** What shows that a text is a secret: the name that it stands under, and the form that it has. */
import type { Value } from "./model";
import { isObject } from "./values";

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

export function meaningOf(name: string): Meaning {
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
export function isLiteral(text: string): boolean {
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
export function formOf(text: string): string | undefined {
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

export function jsonOf(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

export const decoded = (base64: string): string => Buffer.from(base64, "base64").toString();
