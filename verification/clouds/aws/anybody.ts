/**
 * Whether a principal of a policy that is not known may be `*`, which is everybody.
 *
 * AWS Identity and Access Management User Guide, "AWS JSON policy elements: Principal"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html): in a principal `*` stands
 * for everybody alone, and for no part of a name.
 */
import { isReference, isUnknown, referenceTo, type Resource, type Value } from "../../model";
import { at, isList } from "../../values";
import type { TerraformInput } from "../terraform-input";

/** Attributes that AWS gives, and that name one thing: nobody writes `*` there. */
const GIVEN = /^(id|(\w+_)?(arn|account_id|unique_id|user_id))$/;
const OF_AWS = /(^|\.)aws_\w+\.[\w-]+(\[[^\]]*\])?$/;

/** References that lead to references are followed this far, so that a circle ends. */
const MAX_HOPS = 16;

/** Whether a text, with `${}` for each part that is not known, may be `*` by those. */
export const mayReadStar = (text: string): boolean => text.includes("${}") && /^\*?$/.test(text.replaceAll("${}", ""));

/** Whether a value may turn out to be `*`. What names a resource, such as its ARN, may not. */
export function mayBeStar(value: Value | undefined, from: Resource, input: TerraformInput, hops = MAX_HOPS): boolean {
  if (isReference(value)) {
    const target = input.find(referenceTo(value.address, ""), from, "principal");
    const resource = target.kind === "resource" ? target.resource : undefined;
    const held = resource && at(resource.values, ...value.attribute.split("."));
    if (resource && held !== undefined) return hops === 0 || mayBeStar(held, resource, input, hops - 1);
    return !(OF_AWS.test(value.address) && GIVEN.test(value.attribute));
  }
  if (isUnknown(value)) {
    if (value.text !== undefined && !mayReadStar(value.text)) return false;
    return value.parts?.every((part) => mayBeStar(part, from, input, hops)) ?? true;
  }
  return isList(value) ? value.some((one) => mayBeStar(one, from, input, hops)) : value === "*";
}
