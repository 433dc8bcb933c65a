/** What assets are called, and what the provider calls the fields of Google's APIs. */
import { shown, lastSegment } from "../../../../config/texts";
import { isUnknown, type Value } from "../../../model";
import { at, isList, isObject, type ObjectValue } from "../../../values";
import type { Convert, Made } from "../../account";
import { segmentAfter } from "../input";

/** Fields that are maps: what they hold is called as somebody called it. */
const MAPS = ["labels", "resourceLabels", "annotations"];

/** `sourceRanges` is `source_ranges`, `IPProtocol` is `ip_protocol`. */
const spelledName = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** Compute Engine names everything by a link; the provider's ids are paths. */
const LINK = /^https:\/\/(www|compute)\.googleapis\.com\/compute\/\w+\//;

/** A value of an API as the provider spells it. */
export function spelled(value: Value): Value {
  if (typeof value === "string") return value.replace(LINK, "");
  if (isList(value)) return value.map(spelled);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [spelledName(name), MAPS.includes(name) ? held : spelled(held)]),
  );
}

/** An asset's own data, spelled so; none where it was not told. */
export function dataOf(asset: ObjectValue): ObjectValue {
  const data = spelled(at(asset["resource"], "data") ?? {});
  if (!isObject(data)) return {};
  const places = ["region", "zone"].flatMap((name) => {
    const place = data[name];
    return typeof place === "string" ? [[name, lastSegment(place)] as const] : [];
  });
  return { ...data, ...Object.fromEntries(places) };
}

/** The path of what an asset is: `projects/p/global/networks/n`. */
export const pathOf = (asset: ObjectValue): string => shown(asset["name"] ?? null).replace(/^\/\/[^/]+\//, "");

/** What every resource has: its path is its id, as the provider has it. */
export function identity(asset: ObjectValue): Readonly<Record<string, Value | undefined>> {
  const path = pathOf(asset);
  const place = segmentAfter("locations", path);
  return {
    id: path,
    name: lastSegment(path),
    project: segmentAfter("projects", path),
    ...(place !== undefined && { location: place }),
  };
}

/** A resource of the provider by the spelled fields of an asset, beside `more`, which goes before them. */
export function made(
  asset: ObjectValue,
  type: string,
  more: (data: ObjectValue) => Readonly<Record<string, Value | undefined>> = () => ({}),
): Made {
  const data = dataOf(asset);
  return { type, name: lastSegment(pathOf(asset)), values: { ...data, ...identity(asset), ...more(data) } };
}

/** An asset that is one resource whose fields are spelled alike. */
export const alike =
  (type: string, more?: (data: ObjectValue) => Readonly<Record<string, Value | undefined>>): Convert =>
  (asset) => [made(asset, type, more)];

/** A block that stands for something that is on: gone where the API says that it is off. */
export function whereOn(block: Value | undefined, field = "enable"): Value | undefined {
  if (isUnknown(block)) return block;
  const { [field]: isOn, ...others } = isObject(block) ? block : {};
  if (isUnknown(isOn)) return isOn;
  return isOn === true ? [others] : undefined;
}
