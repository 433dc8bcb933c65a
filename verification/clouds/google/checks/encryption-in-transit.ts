/** What Google Cloud accepts without TLS. */
import { bool, field, isOpaque, text, whyOpaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import { NEW_TLS, OLD, PLAIN } from "../../tls";
import type { Check } from "../../cloud";
import { judgeSettings, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";

const SETTINGS: readonly Setting[] = [
  required("google_compute_ssl_policy google_compute_region_ssl_policy", "min_tls_version", NEW_TLS, OLD),
  required(
    "google_compute_target_https_proxy google_compute_target_ssl_proxy google_compute_region_target_https_proxy",
    "ssl_policy",
    /./,
    OLD,
  ),
  required("google_redis_instance", "transit_encryption_mode", ["SERVER_AUTHENTICATION"], PLAIN),
];

export const check: Check = function* ({ system }) {
  yield* judgeSettings(SETTINGS, system);
  yield* judgeProxies(inputOf(system));
  yield* judgeDatabases(inputOf(system));
};

function* judgeProxies(input: TerraformInput): Generator<Problem> {
  for (const proxy of input.managed("google_compute_target_http_proxy", "google_compute_region_target_http_proxy")) {
    const map = input.find(proxy.values["url_map"], proxy, "URL map");
    const redirects = map.kind === "resource" && bool(field(map.resource, "default_url_redirect", "https_redirect"));
    if (redirects !== true) yield problemAt(proxy, ["url_map"], "violated", `does not redirect to HTTPS: ${PLAIN}`);
  }
}

function* judgeDatabases(input: TerraformInput): Generator<Problem> {
  for (const database of input.managed("google_sql_database_instance")) {
    const path = ["settings", "ip_configuration"];
    const mode = text(input.follow(field(database, ...path, "ssl_mode"), database));
    if (isOpaque(mode))
      yield problemAt(database, [...path, "ssl_mode"], "unknown", `ssl_mode can't be told: ${whyOpaque(mode)}`);
    else if (!/^(ENCRYPTED_ONLY|TRUSTED_CLIENT_CERTIFICATE_REQUIRED)$/.test(mode ?? "")) {
      if (mode === undefined && bool(field(database, ...path, "require_ssl")) === true) continue;
      yield problemAt(
        database,
        [...path, "ssl_mode"],
        "violated",
        `settings.ip_configuration.ssl_mode does not require TLS: ${PLAIN}`,
      );
    }
  }
}
