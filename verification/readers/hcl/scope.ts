/** What the names in a module's expressions stand for. */
import type { Unknown, Value } from "../../model";
import type { InputFiles } from "./input-files";

/** Which instances a resource has: one without an index, none in its place, those of these indices, or it can't be told. */
export type Instances = "one" | "none" | "unknown" | readonly (number | string)[];

/** What the names in an expression stand for. Addresses are the module's own, without its prefix and without an index. */
export interface Scope {
  /** `var.NAME`; undefined: not declared. */
  variable(name: string): Value | undefined;
  /** `local.NAME`; undefined: not declared. */
  local(name: string): Value | undefined;
  /** `each.key` and `each.value`. */
  readonly each?: { readonly key: Value; readonly value: Value } | undefined;
  /** `count.index`. */
  readonly count?: { readonly index: Value } | undefined;
  /** `self`. */
  readonly self?: Value | undefined;
  /** Whether the module has such a resource or data source (`aws_vpc.main`, `data.aws_vpc.main`). */
  isResource(address: string): boolean;
  /** Its instances. Left out, indices are kept as they are written. */
  instances?(address: string): Instances;
  /** Why it can't be told which instances there are. */
  whyUnclear?(address: string): Unknown | undefined;
  /** The literal value of an argument, where the input has it; addresses are whole ones, as in references. */
  attribute?(address: string, attribute: string): Value | undefined;
  /** `module.NAME`: its outputs, in a list or map if the call is repeated; undefined: not declared. */
  module?(name: string): Value | undefined;
  /** Address of the module, such as `module.network`; references start with it. */
  readonly prefix?: string | undefined;
  /** Names that stand alone: variables of `for` and iterators of dynamic blocks. */
  readonly names?: Readonly<Record<string, Value>> | undefined;
  /** What functions may read, and `path.module` and `path.root`; left out where the input is no folder. */
  readonly files?: InputFiles | undefined;
  /** `terraform.workspace`. */
  readonly workspace?: string | undefined;
}

/** A scope without names. */
export const EMPTY: Scope = { variable: () => undefined, local: () => undefined, isResource: () => false };

/** A module's own address, as the whole input knows it. */
export const prefixed = (address: string, { prefix }: Scope): string => (prefix ? `${prefix}.${address}` : address);

/** `[0]` or `["key"]`, as Terraform writes an instance's index. */
export const indexText = (key: number | string): string => `[${JSON.stringify(key)}]`;
