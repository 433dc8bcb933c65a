/** What is said of encryption in transit, whatever the cloud. */
export const OFF = ["false"];
export const PLAIN = "it accepts connections without TLS";
export const OLD = "it accepts versions of TLS before 1.2";
export const NEW_TLS = /^(TLS)?_?V?1[._][23]$/i;

/** Parameters of database servers that require TLS, and what they read where they don't. */
const TLS_PARAMETERS = /^(rds\.force_ssl|require_secure_transport|tls)$/;
const SWITCHED_OFF = /^(0|off|false|disabled)$/i;

/** Whether a parameter of a database server switches TLS off. */
export const isSwitchedOff = (name = "", value = "") => TLS_PARAMETERS.test(name) && SWITCHED_OFF.test(value);
