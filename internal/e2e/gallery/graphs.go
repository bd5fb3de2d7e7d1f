package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/e2e/demo"
	"github.com/comfydeck/comfydeck/views/viewtest"
)

const graphsFolder = "graphs/"

// leastGraphs is how many workflows of the demo are drawn at least.
const leastGraphs = 10

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// graphs takes pictures of the workflows of the demo, which are like those that people have. only is as the command's flag.
func graphs(ctx context.Context, out, only string) (taken []viewtest.Fixture, err error) {
	if !strings.Contains(graphsFolder, only) {
		return nil, nil
	}
	scratch, err := os.MkdirTemp("", "comfydeck-gallery-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	d, err := demo.Start(ctx, scratch)
	if err != nil {
		return nil, err
	}
	defer d.Stop()
	tab, _ := chromedp.NewContext(ctx)
	if err := d.SignIn(tab); err != nil {
		return nil, err
	}
	for _, x := range d.Deployments() {
		var drawn bool
		if err := chromedp.Do(tab, chromedp.Navigate(d.URL+x.Path+"/workflow?zoom=fit")); err != nil {
			return nil, err
		}
		if drawn, err = chromedp.Run(tab, chromedp.Evaluate[bool](`document.getElementById("graph") !== null`)); err != nil {
			return nil, err
		} else if !drawn {
			continue // one of them has no workflow
		}
		f := viewtest.Fixture{Name: graphsFolder + strings.Trim(notInNames.ReplaceAllString(strings.ToLower(x.Name), "-"), "-")}
		for _, theme := range themes {
			for _, width := range widths {
				if err := shoot(tab, file(out, f.Name, theme, width), theme, width); err != nil {
					return nil, fmt.Errorf("%s: %w", f.Name, err)
				}
			}
		}
		taken = append(taken, f)
	}
	if len(taken) < leastGraphs {
		return taken, fmt.Errorf("the demo has only %d workflows to draw", len(taken))
	}
	return taken, nil
}
