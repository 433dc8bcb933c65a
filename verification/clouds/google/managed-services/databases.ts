/**
 * Cloud SQL, "About public IP" and "Authorize with authorized networks"
 * (https://cloud.google.com/sql/docs/postgres/authorize-networks): a public address answers authorized networks on the
 * database's port, and the Auth Proxy's port 3307 asks for credentials and not for addresses.
 */
import type { Endpoint, Resource } from "../../../model";
import { ServiceSet } from "../../../../packets/service-set";
import { at } from "../../../values";
import { isAbsent } from "../../terraform-input";
import { answering, type Surroundings } from "./surroundings";
import { opennessOf } from "../switch";

const TCP = 6;
const AUTH_PROXY = ServiceSet.of(TCP, 3307);
const PORTS: readonly (readonly [version: RegExp, port: number])[] = [
  [/^MYSQL/, 3306],
  [/^POSTGRES/, 5432],
  [/^SQLSERVER/, 1433],
];
const CONFIGURATION = "settings.ip_configuration";

/** The Cloud SQL instances of the input. */
export function databases(around: Surroundings): Endpoint[] {
  return around.input.managed("google_sql_database_instance").map((resource) => database(resource, around));
}

function database(resource: Resource, around: Surroundings): Endpoint {
  const { input, networks } = around;
  const version = input.textAt(resource, "database_version");
  const ports = PORTS.filter(([pattern]) => typeof version !== "string" || pattern.test(version));
  const services = ServiceSet.unionOf(ports.map(([, port]) => ServiceSet.of(TCP, port)));
  const written = at(resource.values["settings"], "ip_configuration", "private_network");
  const network = isAbsent(written) ? undefined : networks.network(written, resource);
  return answering(
    resource,
    [{ services, blocks: `${CONFIGURATION}.authorized_networks.value` }, { services: AUTH_PROXY }],
    {
      openness: opennessOf(resource, [{ field: `${CONFIGURATION}.ipv4_enabled`, closes: ["false"] }], input),
      networks: network ? [network] : [],
    },
    around,
  );
}
