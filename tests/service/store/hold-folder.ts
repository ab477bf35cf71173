/** A process that has a folder open and has written to it, until it is killed. */
import { openPglite } from "../../../web/service/node/pglite.js";

const { database } = await openPglite(process.argv[2]);
await database.query("create table if not exists kept (value text)");
await database.transaction(null, (sql) => sql.query("insert into kept values ('committed')"));
process.stdout.write("held\n");
setInterval(() => {}, 1000);
