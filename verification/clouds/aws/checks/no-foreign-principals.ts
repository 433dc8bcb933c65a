/** Principals that VPC endpoints and roles admit. */
import { judgeAwsPrincipals } from "../principals";
import type { Check } from "../../cloud";

export const check: Check = ({ system, deployment }) =>
  deployment?.cloud === "aws" ? judgeAwsPrincipals(system, deployment) : [];
