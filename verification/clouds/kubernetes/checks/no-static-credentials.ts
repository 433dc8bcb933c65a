/** Keys of clouds, and tokens that do not expire, in Kubernetes objects. */
import { field, isObject, isOpaque, knownText, whyOpaque } from "../../../values";
import { problemAt } from "../../../problem";
import type { Check } from "../../cloud";
import { inputOf, partialText } from "../../lookup";
import { objectsOf } from "../objects";
import { containersOf } from "../containers";

export const check: Check = function* ({ system }) {
  const objects = objectsOf(system);
  const input = inputOf(system);
  for (const secret of [...objects.ofKind("Secret", ""), ...objects.ofKind("ConfigMap", "")]) {
    const type = knownText(field(secret, "type")) ?? "";
    if (TOKEN_SECRETS.test(type)) yield problemAt(secret, ["type"], "violated", "holds a token that does not expire");
    for (const part of ["data", "stringData"]) {
      const values = field(secret, part);
      if (isOpaque(values)) {
        yield problemAt(secret, [part], "unknown", `what it holds can't be told: ${whyOpaque(values)}`);
        continue;
      }
      for (const [key, value] of isObject(values) ? Object.entries(values) : []) {
        const written = partialText(value, secret, input) ?? "";
        const decoded = part === "data" ? `${written}\n${Buffer.from(written, "base64").toString()}` : written;
        if (KEY_NAMES.has(key.toLowerCase()) || KEY_FILES.test(decoded)) {
          yield problemAt(secret, [part, key], "violated", `${key} is a key of a cloud`);
        }
      }
    }
  }
  for (const { pods, environment } of containersOf(objects)) {
    for (const { name, path } of environment) {
      if (name !== undefined && KEY_NAMES.has(name.toLowerCase())) {
        yield problemAt(pods.resource, path, "violated", `a container gets a key of a cloud as ${name}`);
      }
    }
  }
};

/** Names under which SDKs and tools look for a cloud's key, in lower case. */
const KEY_NAMES = new Set([
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "aws_shared_credentials_file",
  "google_application_credentials",
  "google_credentials",
  "azure_client_secret",
  "azure_client_certificate_path",
  "azure_storage_key",
  "azure_storage_account_key",
  "azure_storage_connection_string",
  "arm_client_secret",
  "arm_access_key",
]);

/** Files of keys, whatever they are called. */
const KEY_FILES = /^\s*aws_secret_access_key\s*=|"type":\s*"service_account"|DefaultEndpointsProtocol=.*AccountKey=/m;

/** Secrets whose content is a token that does not expire. */
const TOKEN_SECRETS = /^(kubernetes\.io\/service-account-token|bootstrap\.kubernetes\.io\/token)$/;
