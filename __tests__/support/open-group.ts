/** Terraform of a security group that lets SSH in from a block, or from everywhere. */
export const groupFrom = (block = "0.0.0.0/0") => `resource "aws_security_group" "open" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["${block}"]
  }
}
`;
