/** Graviton families carry a `g` right after the generation: m7g, c6gn, im4gn; not g5 or g4dn. */
const ARM_FAMILY = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** Whether an EC2 instance type has ARM processors. */
export const isArmInstance = (type: string): boolean => ARM_FAMILY.test(type);
