import type { AddressSet } from "./address-set";
/** contract */
export interface ServiceSet { readonly todo: true }
export interface PacketSet { readonly a: AddressSet }
