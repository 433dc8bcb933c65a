/**
 * Credentials of an application for whoever brings a token that fits an expression.
 *
 * Microsoft, "Flexible federated identity credentials"
 * (https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials): `matches`
 * takes `*` and `?`; all other federated credentials name one subject.
 */
import type { Unjudged } from "../../model";
import { fitsStranger } from "../strangers";
import type { AzureInput } from "./input";

const MATCHES = /claims\['sub'\]\s+(eq|matches)\s+'([^']*)'/g;

export function flexibleCredentials(input: AzureInput): Unjudged[] {
  return input.managed("azuread_application_flexible_federated_identity_credential").flatMap((credential) => {
    const { address: resource, location, values } = credential;
    const expression = input.partialText(values["claims_matching_expression"], credential) ?? "";
    const isClosed = [...expression.matchAll(MATCHES)].some(
      ([, operator, pattern = ""]) => operator === "eq" || fitsStranger(pattern) === false,
    );
    if (isClosed && !/\sor\s/.test(expression)) return [];
    const reason = "others than the own organization may have tokens that fit its expression";
    return [{ resource, location, reason }];
  });
}
