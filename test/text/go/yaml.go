// Reads YAML as Kubernetes does, for comparison: a JSON list of base64 texts comes in, a list of answers goes out.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

type answer struct {
	// What sigs.k8s.io/yaml makes of the text, as JSON; null where it refuses it.
	Value json.RawMessage `json:"value"`
	Error string          `json:"error"`
	// What the strict reading has against it.
	Strict string `json:"strict"`
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func main() {
	var texts [][]byte
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, 0, len(texts))
	for _, text := range texts {
		value, err := yaml.YAMLToJSON(text)
		_, strict := yaml.YAMLToJSONStrict(text)
		answers = append(answers, answer{Value: value, Error: message(err), Strict: message(strict)})
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
