/** Network interfaces as machines write them, whatever makes the machine. */
import type { AddressSet } from "../../../../packets/address-set";
import type { Resource, Value } from "../../../model";
import type { Publicity } from "../../publicity";
import type { Network, Subnet } from "../network";

/** Where the parts of a machine are written: fields of the instance, its template or its node configuration. */
export interface Written {
  readonly resource: Resource;
  readonly tags: readonly Value[];
  /** The service account's address; null: none; undefined: the default one. */
  readonly account: Value | undefined;
  readonly secureTags: Value | undefined;
}

/** A network interface as its machine writes it. */
export interface Interface {
  readonly network: Network | undefined;
  readonly subnet: Subnet;
  readonly v4: AddressSet;
  readonly v6: AddressSet;
  readonly externalV4: Publicity;
  readonly externalV6: Publicity;
}
