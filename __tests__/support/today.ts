/** What is told of the age of Cloudflare's list is that of one day, in programs that tests start too. */
import { cloudflareIps } from "../../config/cloudflare-ips";

process.env["CLOUDFLARE_IPS_TODAY"] = cloudflareIps().date;
