// Judges certificates as Go's standard library does, for comparison. Reads a JSON document from standard input and
// writes one to standard output; an empty string means that Go has nothing against it.
package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

type chainQuestion struct {
	Leaf          string   `json:"leaf"`
	Intermediates []string `json:"intermediates"`
	Roots         []string `json:"roots"`
	At            string   `json:"at"`
	Usage         string   `json:"usage"`
}

type nameQuestion struct {
	Certificate string `json:"certificate"`
	Name        string `json:"name"`
}

type question struct {
	// DER by name, base64.
	Certificates map[string]string `json:"certificates"`
	// PEM texts, base64.
	Texts  []string        `json:"texts"`
	Chains []chainQuestion `json:"chains"`
	Names  []nameQuestion  `json:"names"`
	// PEM of a certificate file and of a key file.
	Pairs []pairQuestion `json:"pairs"`
	// PEM of CA bundles, base64.
	Bundles []string `json:"bundles"`
	// PEM of key files, base64.
	Keys []string `json:"keys"`
}

type block struct {
	Type    string `json:"type"`
	Bytes   string `json:"bytes"`
	Headers int    `json:"headers"`
}

type answer struct {
	Parse  map[string]string `json:"parse"`
	Texts  [][]block         `json:"texts"`
	Chains []string          `json:"chains"`
	// In seconds since 1970: when the last of the chains ends; 0 when there is none.
	Ends    []int64        `json:"ends"`
	Names   []bool         `json:"names"`
	Pairs   []pairAnswer   `json:"pairs"`
	Bundles []bundleAnswer `json:"bundles"`
	Keys    []keysAnswer   `json:"keys"`
}

var usages = map[string]x509.ExtKeyUsage{
	"any": x509.ExtKeyUsageAny, "serverAuth": x509.ExtKeyUsageServerAuth, "clientAuth": x509.ExtKeyUsageClientAuth,
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	given := answer{
		Parse: map[string]string{}, Texts: [][]block{}, Chains: []string{}, Ends: []int64{}, Names: []bool{},
		Pairs: []pairAnswer{}, Bundles: []bundleAnswer{}, Keys: []keysAnswer{},
	}
	parsed := map[string]*x509.Certificate{}
	for name, text := range asked.Certificates {
		der, err := base64.StdEncoding.DecodeString(text)
		if err == nil {
			parsed[name], err = x509.ParseCertificate(der)
		}
		given.Parse[name] = message(err)
	}
	for _, text := range asked.Texts {
		data, _ := base64.StdEncoding.DecodeString(text)
		blocks := []block{}
		for {
			var found *pem.Block
			found, data = pem.Decode(data)
			if found == nil {
				break
			}
			blocks = append(blocks, block{found.Type, base64.StdEncoding.EncodeToString(found.Bytes), len(found.Headers)})
		}
		given.Texts = append(given.Texts, blocks)
	}
	for _, asked := range asked.Chains {
		ends, err := judge(asked, parsed)
		given.Chains = append(given.Chains, message(err))
		given.Ends = append(given.Ends, ends)
	}
	for _, asked := range asked.Names {
		certificate := parsed[asked.Certificate]
		given.Names = append(given.Names, certificate != nil && certificate.VerifyHostname(asked.Name) == nil)
	}
	for _, asked := range asked.Pairs {
		given.Pairs = append(given.Pairs, pair(asked))
	}
	for _, text := range asked.Bundles {
		given.Bundles = append(given.Bundles, bundle(text))
	}
	for _, text := range asked.Keys {
		given.Keys = append(given.Keys, keys(text))
	}
	if err := json.NewEncoder(os.Stdout).Encode(given); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// judge does what crypto/tls does with a certificate message, and what a CA pool does with a bundle.
func judge(asked chainQuestion, parsed map[string]*x509.Certificate) (int64, error) {
	at, err := time.Parse(time.RFC3339, asked.At)
	if err != nil {
		return 0, err
	}
	leaf := parsed[asked.Leaf]
	if leaf == nil {
		return 0, fmt.Errorf("unparsable leaf")
	}
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{usages[asked.Usage]},
	}
	for _, name := range asked.Roots {
		if parsed[name] != nil {
			options.Roots.AddCert(parsed[name])
		}
	}
	for _, name := range asked.Intermediates {
		if parsed[name] == nil {
			return 0, fmt.Errorf("unparsable intermediate")
		}
		options.Intermediates.AddCert(parsed[name])
	}
	chains, err := leaf.Verify(options)
	var last int64
	for _, chain := range chains {
		first := chain[0].NotAfter.Unix()
		for _, certificate := range chain {
			first = min(first, certificate.NotAfter.Unix())
		}
		last = max(last, first)
	}
	return last, err
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
