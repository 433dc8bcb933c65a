import { formatAddress, parseCidr } from "../packets/address-set";
import type { Deployment } from "./deployment";

/** The address of the `kubernetes` service: the first of the service range, in every cluster. */
export function kubernetesServiceAddress({ network }: Deployment): string {
  return formatAddress(4, parseCidr(network.serviceCidr).first + 1n);
}
