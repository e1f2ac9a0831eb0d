// Reads texts as JSON and says of each what Prometheus' own parser and linter (promtool check metrics) say of it.
package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

type answer struct {
	Error    string   `json:"error"`
	Families int      `json:"families"`
	Samples  int      `json:"samples"`
	Lint     []string `json:"lint"`
}

func judge(text string) answer {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		return answer{Error: err.Error(), Lint: []string{}}
	}
	result := answer{Families: len(families), Lint: []string{}}
	for _, family := range families {
		result.Samples += len(family.Metric)
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		result.Error = err.Error()
	}
	for _, problem := range problems {
		result.Lint = append(result.Lint, problem.Metric+": "+problem.Text)
	}
	return result
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	answers := []answer{}
	for _, text := range texts {
		answers = append(answers, judge(text))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
