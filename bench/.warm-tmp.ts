import { Launcher, LOAD_CORE, printedPort } from './launch.ts';
import { Generator } from './generator.ts';
import { SUBJECTS } from './subjects.ts';
import { probe } from './probe.ts';
import { threadTimes } from './process.ts';
const l = new Launcher();
const up = l.start([process.execPath, 'bench/upstream.ts'], { core: LOAD_CORE, stdout: 'pipe' });
const port = await printedPort(up);
const g = new Generator(l);
for (const id of process.argv[2].split(',')) {
  const s = SUBJECTS.find(s=>s.id===id)!;
  const r = await s.start(l, port);
  const w = await probe(r);
  for (const [model,stream,c,n] of [['unary',false,32,8],['bulk',true,8,5],['flood',true,8,3],['unary',false,32,2]] as any) for (let i=0;i<n;i++) {
    const t0 = threadTimes(r.pids[0]!);
    const o = await g.run({ port: r.port, key: r.key, answersMin: 0, watch: r.pids, mode:'repeat', model:r.modelName(model), stream, connections:c, windowMs: 1500, whole: stream?w.streamEvents:w.unaryBytes});
    const t1 = threadTimes(r.pids[0]!); const n = stream? o.events:o.answers;
    console.log(id, model, i, (o.cpuMs*1000/n).toFixed(2), 'n', n, 'quiet', o.quietMs|0, 'err', o.errors, [...t1].map(([k,v])=>{const b=t0.get(k)??{userMs:0,systemMs:0}; return [k,((v.userMs+v.systemMs-b.userMs-b.systemMs)*1000/n)] as const}).filter(x=>x[1]>0.01).map(([k,v])=>k+' '+v.toFixed(2)).join(', '));
  }
  await r.stop();
}
await l.stopAll();
process.exit(0);
