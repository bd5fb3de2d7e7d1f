// Lays out graphs by dagre and by elkjs, for `make bench`. Standard input is an array of graphs,
// {boxes: [{width, height}], lines: [{from, out, to, in}]}; standard output has for each graph and each rival the time of one layout in
// milliseconds, the median of several, and the points of every line.
import dagre from "@dagrejs/dagre";
import ELK from "elkjs";

const runs = 5;
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

function byDagre(g) {
  const d = new dagre.graphlib.Graph({ multigraph: true });
  d.setGraph({ rankdir: "LR", nodesep: 20, ranksep: 56, edgesep: 10 });
  d.setDefaultEdgeLabel(() => ({}));
  g.boxes.forEach((b, i) => d.setNode(String(i), { width: b.width, height: b.height }));
  g.lines.forEach((l, i) => d.setEdge(String(l.from), String(l.to), {}, String(i)));
  dagre.layout(d);
  return g.lines.map((l, i) => d.edge(String(l.from), String(l.to), String(i)).points.map((p) => [p.x, p.y]));
}

const elk = new ELK();
async function byELK(g) {
  const ports = g.boxes.map(() => new Map());
  const port = (box, side, y) => {
    const id = `${box}${side}${y}`;
    ports[box].set(id, { id, width: 0, height: 0, x: side === "o" ? g.boxes[box].width : 0, y, layoutOptions: { "elk.port.side": side === "o" ? "EAST" : "WEST" } });
    return id;
  };
  const edges = g.lines.map((l, i) => ({ id: `e${i}`, sources: [port(l.from, "o", l.out)], targets: [port(l.to, "i", l.in)] }));
  const drawn = await elk.layout({
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered", "elk.direction": "RIGHT", "elk.edgeRouting": "POLYLINE",
      "elk.spacing.nodeNode": "20", "elk.layered.spacing.nodeNodeBetweenLayers": "56", "elk.spacing.edgeNode": "10", "elk.spacing.edgeEdge": "10",
    },
    children: g.boxes.map((b, i) => ({ id: String(i), width: b.width, height: b.height, ports: [...ports[i].values()], layoutOptions: { "elk.portConstraints": "FIXED_POS" } })),
    edges,
  });
  return drawn.edges.map((e) => e.sections.flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint].map((p) => [p.x, p.y])));
}

let text = "";
for await (const chunk of process.stdin) text += chunk;
const answers = [];
for (const g of JSON.parse(text)) {
  const answer = {};
  for (const [name, layout] of Object.entries({ dagre: byDagre, elkjs: byELK })) {
    const times = [];
    for (let i = 0; i < runs + 1; i++) {
      const start = performance.now();
      const lines = await layout(g);
      if (i > 0) times.push(performance.now() - start);
      answer[name] = { lines };
    }
    answer[name].ms = median(times);
  }
  answers.push(answer);
}
process.stdout.write(JSON.stringify(answers));
