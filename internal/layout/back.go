package layout

// backRoom is how far a line that closes a circle keeps away from boxes: half of what is between two of them.
const backRoom = boxGap / 2

// maxBackWork bounds the boxes looked at for the ways of all such lines; the last ones run below everything.
const maxBackWork = 4_000_000

// turnBack leads the lines that close a circle against the flow: out of the box, down beside it, back below all boxes that stand
// in between, and up again. What they share is a little apart, so that two can be told from each other.
func turnBack(d *Drawing) {
	work, n := 0, 0
	floor := d.Height - Margin
	for i := range d.Lines {
		p := &d.Lines[i]
		if !p.Back {
			continue
		}
		from, to := p.Points[0], p.Points[len(p.Points)-1]
		apart := n%3 - 1
		n++
		side := backRoom + 4*apart
		left, right := to.X-side, from.X+side
		lane := floor + backRoom
		if work < maxBackWork {
			lane, work = freeLane(d, min(left, right), max(left, right), max(from.Y, to.Y), work)
		}
		lane += 3 * apart
		p.Points = []Point{from, {right, from.Y}, {right, lane}, {left, lane}, {left, to.Y}, to}
		d.Height = max(d.Height, lane+Margin)
	}
}

// freeLane is the first height from y on at which nothing stands between left and right.
func freeLane(d *Drawing, left, right, y, work int) (free, worked int) {
	for {
		low := y
		for _, box := range d.Boxes {
			if box.X < right && box.X+box.Width > left && box.Y-backRoom < low && box.Y+box.Height+backRoom > low {
				low = box.Y + box.Height + backRoom
			}
		}
		work += len(d.Boxes)
		if low == y || work > maxBackWork {
			return low, work
		}
		y = low
	}
}

// appendRounded draws straight lines with round corners.
func appendRounded(d []byte, points []Point) []byte {
	for i := 1; i < len(points); i++ {
		at, to := points[i-1], points[i]
		if i == len(points)-1 {
			return appendPoint(append(d, 'L'), to)
		}
		next := points[i+1]
		d = appendPoint(append(d, 'L'), towards(to, at))
		d = appendPoint(append(d, 'Q'), to)
		d = appendPoint(append(d, ' '), towards(to, next))
	}
	return d
}

// towards is the point at which the corner p begins or ends on the side of q; the lines are level or upright.
func towards(p, q Point) Point {
	const radius = 5
	step := func(a, b int) int { return a + max(-radius, min(radius, (b-a)/2)) }
	return Point{step(p.X, q.X), step(p.Y, q.Y)}
}
