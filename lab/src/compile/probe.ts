/*
 * A program that foreign systems are proved with: it says where it runs, waits on a timer, fetches from the server
 * given as its first argument, starts a child (the program given second, else itself), and ends with code 7.
 */
const [role = '', ...rest] = process.argv.slice(2);

if (role === 'child') {
  console.log(`child of ${rest[0]}`);
  process.exit(5);
}

console.log(`hello from ${process.platform} ${process.arch}`);
const began = performance.now();
await Bun.sleep(120);
console.log(`timer ${performance.now() - began >= 115 ? 'kept' : 'early'}`);
const answer = await fetch(role, { method: 'POST', body: crypto.randomUUID() });
console.log(`fetched ${await answer.text()}`);
const child = Bun.spawn([rest[0] ?? process.execPath, 'child', String(process.pid)], { stdout: 'pipe' });
const said = await new Response(child.stdout).text();
console.log(`${said.includes(String(process.pid)) ? 'spawned' : said} ${await child.exited}`);
console.log(`variable ${Bun.env.PROBE_VALUE ?? 'missing'} in ${process.cwd()}`);
process.exit(7);
