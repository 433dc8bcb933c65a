/** The service perimeter. */
import { judgeGooglePerimeter } from "../perimeter";
import type { Check } from "../../cloud";

export const check: Check = ({ system, deployment }) =>
  deployment?.cloud === "google" ? judgeGooglePerimeter(system, deployment) : [];
