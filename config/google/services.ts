/** Google's APIs that a data plane uses, read from data: `services.json`. */
import type { GoogleDeployment } from "../deployment";
import services from "./services.json";

/** An API by the first label of its name: a key of `services.json`. */
export type GoogleService = keyof typeof services;

interface Service {
  /** What the data plane has it for. */
  readonly use: string;
  /** Beginnings of the types of Terraform's resources that it makes or reads. */
  readonly resources: readonly string[];
}

const SERVICES: Readonly<Record<GoogleService, Service>> = services;
const NAMES = Object.keys(services) as GoogleService[];

/** The API of service perimeters themselves, which none guards. */
const PERIMETERS: GoogleService = "accesscontextmanager";

/** An API's whole name: `NAME.googleapis.com`. */
export const serviceHost = (service: GoogleService) => `${service}.googleapis.com`;

/** The APIs that must be on in a deployment's project. */
export const enabledServices = ({ network }: GoogleDeployment): readonly GoogleService[] =>
  network.perimeter ? NAMES : GUARDED_SERVICES;

/** The APIs that a service perimeter guards; a network inside of it may call these and no other. */
export const GUARDED_SERVICES: readonly GoogleService[] = NAMES.filter((name) => name !== PERIMETERS);

/** The API that makes resources of a type, undefined where `services.json` has none: the longest beginning decides. */
export function serviceOf(type: string): GoogleService | undefined {
  const fits = NAMES.flatMap((name) =>
    SERVICES[name].resources.filter((beginning) => type.startsWith(beginning)).map(({ length }) => ({ name, length })),
  );
  return fits.sort((a, b) => b.length - a.length)[0]?.name;
}
