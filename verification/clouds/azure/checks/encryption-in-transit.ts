/** What Azure accepts without TLS. */
import { at, blocks, isOpaque, knownText, text, whyOpaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import { NEW_TLS, OFF, OLD, PLAIN, isSwitchedOff } from "../../tls";
import type { Check } from "../../cloud";
import { ON, judgeSettings, optional, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";

const SETTINGS: readonly Setting[] = [
  optional("azurerm_storage_account", "https_traffic_only_enabled", ON, PLAIN),
  optional("azurerm_storage_account", "enable_https_traffic_only", ON, PLAIN),
  optional("azurerm_storage_account", "min_tls_version", NEW_TLS, OLD),
  required(
    "azurerm_linux_web_app azurerm_windows_web_app azurerm_linux_function_app azurerm_windows_function_app azurerm_app_service",
    "https_only",
    ON,
    PLAIN,
  ),
  optional("azurerm_redis_cache", "non_ssl_port_enabled", OFF, PLAIN),
  optional("azurerm_redis_cache", "enable_non_ssl_port", OFF, PLAIN),
  required("azurerm_redis_cache", "minimum_tls_version", NEW_TLS, OLD),
  optional("azurerm_mssql_server", "minimum_tls_version", NEW_TLS, OLD),
  required("azurerm_postgresql_server azurerm_mysql_server", "ssl_enforcement_enabled", ON, PLAIN),
  optional("azurerm_eventhub_namespace azurerm_servicebus_namespace", "minimum_tls_version", NEW_TLS, OLD),
  optional("azurerm_cdn_frontdoor_route", "https_redirect_enabled", ON, PLAIN),
];

export const check: Check = function* ({ system }) {
  const input = inputOf(system);
  yield* judgeSettings(SETTINGS, system);
  yield* judgeParameters(input);
  for (const gateway of input.managed("azurerm_application_gateway")) yield* judgeApplicationGateway(gateway);
};

/** A plain listener is fine where every rule of it redirects to another that is not. */
function* judgeApplicationGateway(gateway: Resource): Generator<Problem> {
  const listeners = blocks(gateway.values["http_listener"]);
  const isPlain = (name: string | undefined) =>
    knownText(
      at(
        listeners.find((listener) => knownText(at(listener, "name")) === name),
        "protocol",
      ),
    )?.toLowerCase() !== "https";
  for (const [i, listener] of listeners.entries()) {
    const path = ["http_listener", i, "protocol"];
    const [name, protocol] = [knownText(at(listener, "name")), text(at(listener, "protocol"))];
    if (isOpaque(protocol)) yield problemAt(gateway, path, "unknown", `protocol can't be told: ${whyOpaque(protocol)}`);
    else if (protocol?.toLowerCase() === "http") {
      const rules = blocks(gateway.values["request_routing_rule"]).filter(
        (rule) => knownText(at(rule, "http_listener_name")) === name,
      );
      const redirects = rules.every((rule) => {
        const redirect = blocks(gateway.values["redirect_configuration"]).find(
          (candidate) => knownText(at(candidate, "name")) === knownText(at(rule, "redirect_configuration_name")),
        );
        const url = knownText(at(redirect, "target_url"));
        return url === undefined
          ? redirect && !isPlain(knownText(at(redirect, "target_listener_name")))
          : /^https:/.test(url);
      });
      if (rules.length === 0 || !redirects) {
        yield problemAt(gateway, path, "violated", `a listener is HTTP and does not redirect to HTTPS: ${PLAIN}`);
      }
    }
  }
}

function* judgeParameters(input: TerraformInput): Generator<Problem> {
  const servers = input.managed(
    "azurerm_postgresql_flexible_server_configuration",
    "azurerm_mysql_flexible_server_configuration",
  );
  for (const server of servers) {
    if (isSwitchedOff(knownText(server.values["name"]), knownText(server.values["value"]))) {
      yield problemAt(server, ["value"], "violated", `a parameter switches TLS off: ${PLAIN}`);
    }
  }
}
