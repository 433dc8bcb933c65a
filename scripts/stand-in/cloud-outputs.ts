import type { CloudOutputs } from "../../config/cloud-outputs";
import type { Cloud } from "../../config/deployment";

const uuid = (digit: number) => `00000000-0000-0000-0000-00000000000${digit}`;

/** What each cloud might tell: S3's blocks in us-east-2, some of Microsoft Entra's, client ids. */
const OUTPUTS: { readonly [C in Cloud]: CloudOutputs<C> } = {
  aws: { object_store_cidrs: ["3.5.128.0/22", "16.12.64.0/22", "52.219.80.0/20"] },
  google: {},
  azure: {
    credential_cidrs: ["20.190.128.0/18", "40.126.0.0/18"],
    platform_client_id: uuid(1),
    task_client_id: uuid(2),
    fluent_bit_client_id: uuid(3),
  },
};

export const cloudOutputsOf = ({ cloud }: { readonly cloud: Cloud }): CloudOutputs => OUTPUTS[cloud];
