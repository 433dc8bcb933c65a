/**
 * Whose provider a resource is of, in Terraform's words: by itself a type is of the provider `hashicorp/` and what the
 * type begins with (developer.hashicorp.com/terraform/language/providers/requirements).
 */

/** Registries that hold the same providers under the same names. */
const PUBLIC = /^registry\.(terraform\.io|opentofu\.org)$/;
/** `module.a.provider["registry.terraform.io/hashicorp/aws"].west` of a state; `provider.aws.west` of an older one. */
const IN_STATE = /(?:^|\.)provider(?:\["([^"]*)"\]|\.([\w-]+))(?:\.[\w-]+)?$/;
/** The namespace of whatever Terraform 0.12 knew by its name alone. */
const LEGACY = "-";

/**
 * `someone/aws`, with a host in front where that is no public registry: undefined where it is the type's own.
 *
 * @param written `aws`, `hashicorp/aws`, `registry.terraform.io/hashicorp/aws`, or as a state has it
 */
export function providerOf(type: string, written: unknown): string | undefined {
  if (typeof written !== "string") return undefined;
  const address = (IN_STATE.exec(written)?.slice(1).find(Boolean) ?? written).toLowerCase();
  const parts = address.split("/");
  const name = parts.pop() ?? "";
  const namespace = parts.pop() ?? LEGACY;
  const source = `${namespace === LEGACY ? "hashicorp" : namespace}/${name}`;
  const [host] = parts;
  const whole = host === undefined || PUBLIC.test(host) ? source : `${host}/${source}`;
  return whole === ownSource(type) ? undefined : whole;
}

export const ownSource = (type: string): string => `hashicorp/${localName(type)}`;

/** The name by which a type asks for its provider, where nothing else is written. */
export const localName = (type: string): string => type.split("_", 1).join("");
