package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/views"
)

// shareParts are the fields for what a copy holds.
var shareParts = []string{"settings", "readme", "workflow", "overrides"}

// shareFields are those that somebody fills in, and so worth keeping.
func shareFields() []string {
	return append([]string{shares.FieldLifetime, shares.FieldLimit, shares.FieldNote}, shareParts...)
}

// ShareForm asks what to share. Its address may carry what was typed before a sign-in.
func (s *Site) ShareForm(c echo.Context) error {
	d, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}
	typed := map[string]string{"settings": "1", "readme": "1", shares.FieldLifetime: shares.DefaultLifetime}
	if query := c.QueryParams(); query.Has(shares.FieldLifetime) {
		typed = map[string]string{}
		for _, f := range shareFields() {
			typed[f] = query.Get(f)
		}
	}
	return s.shareForm(c, http.StatusOK, d, typed, nil, views.Notice{})
}

func bindShare(c echo.Context) (map[string]string, error) {
	return bind(c, append(shareFields(), keyField, confirmField, againField)...)
}

// sharing tells whether a request posts that form.
func sharing(c echo.Context) bool {
	return c.Request().Method == http.MethodPost && c.Path() == paths.SharePattern
}

// Share shows what would be shared, and on confirmation shares exactly that.
func (s *Site) Share(c echo.Context) error {
	form, err := bindShare(c)
	if err != nil {
		return err
	}
	wish, err := ask(c, map[string]string{keyField: form[keyField]})
	if err != nil {
		return err
	}
	d, src, err := s.shareSource(c, form)
	if keepsForm(err) && !fault.Is(err, fault.Forbidden) {
		return s.shareAgain(c, orUnread(c, d), form, err)
	}
	if err != nil {
		return err
	}
	if form[againField] != "" {
		return s.shareForm(c, http.StatusOK, d, form, nil, views.Notice{})
	}

	offer, err := s.Shares.Share(c.Request().Context(), shares.Wish{
		Account: wish.Account, Person: wish.Person, Parts: partsIn(form), Key: wish.Key, Confirm: form[confirmField],
		Lifetime: form[shares.FieldLifetime], Limit: form[shares.FieldLimit], Note: form[shares.FieldNote],
	}, src)
	if keepsForm(err) {
		return s.shareAgain(c, d, form, err)
	}
	if err != nil {
		return err
	}
	if offer.Made {
		s.recordEvent(c, caller(c), journal.Event{Kind: journal.Shared, Deployment: d.ID, Name: d.Name, Words: sharedWords(partsIn(form), offer, form), Once: "share:" + offer.ID})
		return s.shareMade(c, d, form, offer)
	}
	return s.shareReview(c, d, form, offer)
}

// shareAgain brings the form back with what was chosen.
func (s *Site) shareAgain(c echo.Context, d deployments.Deployment, form map[string]string, err error) error {
	f := fault.From(err)
	problem := views.Notice{}
	if len(f.Fields) == 0 {
		problem = s.problem(c, f)
	}
	return s.shareForm(c, f.Status(), d, form, f.Fields, problem)
}

// shareSource reads the deployment with what was chosen of it.
func (s *Site) shareSource(c echo.Context, form map[string]string) (deployments.Deployment, shares.Source, error) {
	ctx, who := c.Request().Context(), caller(c)
	d, err := s.Deck.Get(ctx, who.Token, c.Param("id"))
	if err != nil || form["workflow"] == "" {
		return d, s.sourceOf(d, who.Token), err
	}
	d.Payload, err = s.Deck.PayloadOf(ctx, who.Account, who.Token, d)
	return d, s.sourceOf(d, who.Token), err
}

func (s *Site) shareForm(c echo.Context, status int, d deployments.Deployment, typed, wrong map[string]string, problem views.Notice) error {
	frame, err := s.Page(c, "Share "+displayName(d))
	if err != nil {
		return err
	}
	m := s.presentShareForm(frame, d, typed, wrong, problem)
	return asScreen(c, status, m.Page, views.ShareForm(m))
}

func (s *Site) shareReview(c echo.Context, d deployments.Deployment, form map[string]string, offer shares.Offer) error {
	doc, err := s.readmeOf(c, offer.Copy)
	if err != nil {
		return err
	}
	frame, err := s.Page(c, "Share "+displayName(d))
	if err != nil {
		return err
	}
	m := views.ShareReviewPage{
		Page: frame, Name: displayName(d), Home: paths.Deployment(d.ID), Action: paths.ShareDeployment(d.ID), Confirm: offer.Confirm,
		Terms: shareTerms(partsIn(form), offer.Expires, form), Copy: asReviewed(PresentShared(offer.Copy, doc, paths.WorkflowQuery{Page: 1}, func(paths.WorkflowQuery) string { return "" })),
	}
	for _, f := range append(shareFields(), keyField) {
		if form[f] != "" {
			m.Values = append(m.Values, views.Hidden{Name: f, Value: form[f]})
		}
	}
	status := http.StatusOK
	if offer.Changed {
		status = http.StatusConflict
		m.Problem = views.Notice{Kind: "warning", Text: "The deployment is not what you looked at any more. Nothing was shared yet: this is how it is now."}
	}
	return asScreen(c, status, m.Page, views.ShareReview(m))
}

func (s *Site) shareMade(c echo.Context, d deployments.Deployment, form map[string]string, offer shares.Offer) error {
	frame, err := s.Page(c, "Shared "+displayName(d))
	if err != nil {
		return err
	}
	m := views.ShareMadePage{
		Page: frame, Name: displayName(d), Home: paths.Deployment(d.ID), Terms: shareTerms(partsIn(form), offer.Expires, form),
		Link: s.Public + paths.SharedCopy(offer.ID, paths.WorkflowQuery{}) + "#" + offer.Secret,
	}
	return asScreen(c, http.StatusOK, m.Page, views.ShareMade(m))
}

// shareTyped is the form with what a posted one holds, to come back to after a sign-in.
func shareTyped(c echo.Context) string {
	typed := url.Values{}
	if form, err := bindShare(c); err == nil {
		for _, f := range shareFields() {
			if form[f] != "" {
				typed.Set(f, form[f])
			}
		}
	}
	return paths.ShareForm(c.Param("id"), typed)
}

func partsIn(form map[string]string) shares.Parts {
	return shares.Parts{Settings: form["settings"] != "", Readme: form["readme"] != "", Workflow: form["workflow"] != "", Overrides: form["overrides"] != ""}
}
