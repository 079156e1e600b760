import type { ChainRole } from 'luytre/capacity/frameworks/reporting-chain.api.ts'

// Where each role of a reporting chain stands in its picture. Wide: a column for each step, a role beside the middle of
// those that report to it. Narrow: one below the other, indented. Pure numbers, in pixels.

export interface ChainNode {
  role: ChainRole
  depth: number
  below: ChainNode[]
}

export interface PlacedRole {
  role: ChainRole
  above: ChainRole | undefined
  x: number
  y: number
  width: number
}

export interface Layout {
  roles: PlacedRole[]
  /** From each role to the one above, as SVG path data. */
  lines: { id: string; d: string }[]
  width: number
  height: number
}

export const boxHeight = 52
const rowGap = 12
const columnGap = 44
const widestBox = 250
const narrowestBox = 150
const indent = 22

/** Roles as trees, those at the top first, in the framework's order. */
export function treesOf(roles: readonly ChainRole[]): ChainNode[] {
  const known = new Set(roles.map(({ id }) => id))
  const belowOf = Map.groupBy(roles, ({ reportsToId }) => (reportsToId !== null && known.has(reportsToId) ? reportsToId : null))
  const nodeOf = (role: ChainRole, depth: number): ChainNode => ({
    role,
    depth,
    below: (belowOf.get(role.id) ?? []).map(one => nodeOf(one, depth + 1)),
  })
  return (belowOf.get(null) ?? []).map(role => nodeOf(role, 0))
}

/** Depth first: as a list reads it. */
export const inOrder = (trees: readonly ChainNode[]): ChainNode[] => trees.flatMap(node => [node, ...inOrder(node.below)])

export function layOut(trees: readonly ChainNode[], width: number): Layout {
  const nodes = inOrder(trees)
  const columns = 1 + Math.max(0, ...nodes.map(({ depth }) => depth))
  const boxWidth = Math.min(widestBox, Math.floor((width - (columns - 1) * columnGap) / columns))
  return boxWidth >= narrowestBox ? inColumns(trees, boxWidth, columns) : inRows(nodes, width)
}

function inColumns(trees: readonly ChainNode[], boxWidth: number, columns: number): Layout {
  const roles: PlacedRole[] = []
  const lines: Layout['lines'] = []
  let row = 0
  /** Places a role and all below it; returns the middle of its box. */
  const place = (node: ChainNode, above?: ChainRole): number => {
    const x = node.depth * (boxWidth + columnGap)
    const self: PlacedRole = { role: node.role, above, x, y: 0, width: boxWidth }
    roles.push(self)
    const middles = node.below.map(one => place(one, node.role))
    const middle = middles.length > 0 ? (middles[0]! + middles.at(-1)!) / 2 : row++ * (boxHeight + rowGap) + boxHeight / 2
    self.y = middle - boxHeight / 2
    for (const [index, end] of middles.entries())
      lines.push({ id: node.below[index]!.role.id, d: elbow(x + boxWidth, middle, x + boxWidth + columnGap, end) })
    return middle
  }
  for (const tree of trees) place(tree)
  return {
    roles,
    lines,
    width: columns * boxWidth + (columns - 1) * columnGap,
    height: Math.max(0, row * (boxHeight + rowGap) - rowGap),
  }
}

const turn = 8

/** Out to the middle of the gap, up or down, and on, with round corners. */
function elbow(fromX: number, fromY: number, toX: number, toY: number): string {
  const middle = fromX + columnGap / 2
  const way = toY - fromY
  if (Math.abs(way) < 1) return `M${fromX} ${fromY}H${toX}`
  const radius = Math.min(turn, Math.abs(way) / 2)
  const to = Math.sign(way) * radius
  return `M${fromX} ${fromY}H${middle - radius}q${radius} 0 ${radius} ${to}V${toY - to}q0 ${to} ${radius} ${to}H${toX}`
}

function inRows(nodes: readonly ChainNode[], width: number): Layout {
  const step = boxHeight + rowGap
  const byId = new Map(nodes.map((node, row) => [node.role.id, { node, row }]))
  const roles = nodes.map(({ role, depth }, row): PlacedRole => ({
    role,
    above: byId.get(role.reportsToId ?? '')?.node.role,
    x: depth * indent,
    y: row * step,
    width: Math.max(narrowestBox, width - depth * indent),
  }))
  const lines = nodes.flatMap(({ role, depth }, row) => {
    const above = byId.get(role.reportsToId ?? '')
    if (!above || depth === 0) return []
    const x = (depth - 1) * indent + indent / 2
    const end = row * step + boxHeight / 2
    return [{ id: role.id, d: `M${x} ${above.row * step + boxHeight}V${end - turn}q0 ${turn} ${turn} ${turn}H${depth * indent}` }]
  })
  return { roles, lines, width, height: Math.max(0, nodes.length * step - rowGap) }
}
