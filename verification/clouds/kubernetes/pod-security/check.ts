/** What a check of the Pod Security Standards is, and the kinds of them. */
import { at, isOpaque, text, whyOpaque } from "../../../values";
import { type Path, type PodTemplate, type Place, type Where, thePod, containers, below } from "./places";
import { flag, type Ternary } from "../../../ternary";

export const LEVELS = ["restricted", "baseline", "privileged"] as const;
/** From the strictest on. */
export type Level = (typeof LEVELS)[number];

/** What a level forbids. */
export interface Fault {
  /** `unknown`: a value that decides can't be told. */
  readonly status: "violated" | "unknown";
  /** The library's name of the check. */
  readonly check: string;
  /** Where it is, from the template on. */
  readonly path: Path;
  readonly message: string;
}

export type Found = Omit<Fault, "check">;

export interface Check {
  readonly id: string;
  readonly level: Exclude<Level, "privileged">;
  /** First and last minor version of which it is; default: all. */
  readonly since?: number;
  readonly until?: number;
  /** Checks of `baseline` in the place of which it stands. */
  readonly replaces?: readonly string[];
  /** Whether a pod need not pass. */
  readonly exempt?: (pod: PodTemplate) => Ternary;
  readonly find: (pod: PodTemplate) => Iterable<Found>;
}

interface Settings extends Pick<Check, "id" | "level" | "since" | "until" | "replaces" | "exempt"> {
  readonly where: Where;
  /** Paths of the fields, e.g. `ports.*.hostPort`. */
  readonly fields: readonly string[];
}

/** What a field may be, `""` where it is left out of a block that is there. */
export type Fine = (value: string) => boolean;

export const oneOf =
  (...values: readonly string[]): Fine =>
  (value) =>
    values.includes(value);

/** Fields that have a fine value wherever their block is written. */
export function allowing({ where, fields, ...check }: Settings, isFine: Fine): Check {
  const asked = fields.map((field) => ({ field, steps: field.split(".") }));
  return {
    ...check,
    *find(pod) {
      const found = where(pod).flatMap((place) =>
        asked.flatMap(({ field, steps }) => [...below(place, steps)].map((one) => ({ field, one }))),
      );
      for (const { field, one } of found) {
        const { who, path, value } = one;
        const written = text(value) ?? "";
        if (isOpaque(written)) yield unclear(path, `${who}: ${nameOf(field)} can't be told: ${whyOpaque(written)}`);
        else if (!isFine(written)) {
          yield {
            status: "violated",
            path,
            message: `${who} sets ${nameOf(field)} to ${written === "" ? "nothing" : written}`,
          };
        }
      }
    },
  };
}

const nameOf = (field: string) => field.replaceAll(".*", "");

export const unclear = (path: Path, message: string): Found => ({ status: "unknown", path, message });

/** A field that each container has in one of some ways, or leaves to the pod, which then must. */
export function demanding(
  { field, ...check }: Omit<Settings, "where" | "fields"> & { readonly field: string },
  isFine: Fine,
): Check {
  const steps = field.split(".");
  const read = (place: Place) => text(at(place.value, ...steps));
  return {
    ...check,
    *find(pod) {
      const [whole] = thePod(pod);
      const byPod = whole && read(whole);
      if (whole && typeof byPod === "string" && !isFine(byPod)) {
        yield { status: "violated", path: [...whole.path, ...steps], message: `the pod sets ${field} to ${byPod}` };
      }
      for (const container of containers(pod)) {
        const path = [...container.path, ...steps];
        const own = read(container);
        const decides = own ?? byPod;
        if (isOpaque(decides)) {
          yield unclear(path, `${container.who}: ${field} can't be told: ${whyOpaque(decides)}`);
        } else if (typeof own === "string" && !isFine(own)) {
          yield { status: "violated", path, message: `${container.who} sets ${field} to ${own}` };
        } else if (decides === undefined) {
          yield { status: "violated", path, message: `${container.who} leaves out ${field}, and so does the pod` };
        }
      }
    },
  };
}

/** In a user namespace, root of the container is nobody outside. */
export const inUserNamespace = ({ spec }: PodTemplate): Ternary => {
  const hostUsers = flag(at(spec, "hostUsers"), true);
  return hostUsers === "unknown" ? "unknown" : !hostUsers;
};

/** Windows has none of what these checks ask for. */
export const onWindows = ({ spec }: PodTemplate): Ternary => {
  const name = text(at(spec, "os", "name"));
  return isOpaque(name) ? "unknown" : name === "windows";
};
