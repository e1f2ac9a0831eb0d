// Reads command lines as the components do, for comparison. One JSON document comes in, one goes out.
package main

import (
	"encoding/json"
	goflag "flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/spf13/pflag"
	cliflag "k8s.io/component-base/cli/flag"
)

type valueQuestion struct {
	Type   string   `json:"type"`
	Values []string `json:"values"`
}

type question struct {
	// Command lines for the flag set below, as kube components and etcd read them.
	Pflag [][]string `json:"pflag"`
	Go    [][]string `json:"go"`
	// Values of one flag, given one after the other.
	Values []valueQuestion `json:"values"`
}

// What one command line gives: values as JSON by flag name, words that are no flags, and the error.
type line struct {
	Set   map[string]any `json:"set"`
	Args  []string       `json:"args"`
	Error string         `json:"error"`
}

type value struct {
	Value any    `json:"value"`
	Error string `json:"error"`
}

type answer struct {
	Pflag  []line  `json:"pflag"`
	Go     []line  `json:"go"`
	Values []value `json:"values"`
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The value of a flag of the type, read by what kube components use for it.
func add(set *pflag.FlagSet, name, kind string) func() any {
	switch kind {
	case "bool":
		v := set.Bool(name, false, "")
		return func() any { return *v }
	case "int":
		v := set.Int64(name, 0, "")
		return func() any { return strconv.FormatInt(*v, 10) }
	case "float":
		v := set.Float64(name, 0, "")
		return func() any { return fmt.Sprint(*v) }
	case "string":
		v := set.String(name, "", "")
		return func() any { return *v }
	case "duration":
		v := set.Duration(name, 0, "")
		return func() any { return int64(*v) }
	case "ip":
		v := set.IP(name, net.IP{}, "")
		return func() any { return v.String() }
	case "stringSlice":
		v := set.StringSlice(name, nil, "")
		return func() any { return *v }
	case "stringArray":
		v := set.StringArray(name, nil, "")
		return func() any { return *v }
	case "intSlice":
		v := set.IntSlice(name, nil, "")
		return func() any { return *v }
	case "map":
		v := map[string]string{}
		set.Var(cliflag.NewMapStringString(&v), name, "")
		return func() any { return v }
	case "namedCertKeys":
		v := []cliflag.NamedCertKey{}
		set.Var(cliflag.NewNamedCertKeyArray(&v), name, "")
		return func() any { return v }
	}
	panic(kind)
}

func newSet() *pflag.FlagSet {
	set := pflag.NewFlagSet("component", pflag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.SetNormalizeFunc(cliflag.WordSepNormalizeFunc)
	set.Usage = func() {}
	return set
}

func readPflag(args []string) line {
	set := newSet()
	values := map[string]func() any{
		"profiling":          add(set, "profiling", "bool"),
		"anonymous-auth":     add(set, "anonymous-auth", "bool"),
		"client-ca-file":     add(set, "client-ca-file", "string"),
		"secure-port":        add(set, "secure-port", "int"),
		"tls-cipher-suites":  add(set, "tls-cipher-suites", "stringSlice"),
		"authorization-mode": add(set, "authorization-mode", "stringSlice"),
	}
	set.IntP("v", "v", 0, "")
	err := set.Parse(args)
	result := line{Set: map[string]any{}, Args: set.Args(), Error: text(err)}
	set.Visit(func(flag *pflag.Flag) {
		if read, ok := values[flag.Name]; ok {
			result.Set[flag.Name] = read()
		}
	})
	return result
}

func readGo(args []string) line {
	set := goflag.NewFlagSet("etcd", goflag.ContinueOnError)
	set.SetOutput(io.Discard)
	values := map[string]func() any{}
	for _, name := range []string{"client-cert-auth", "peer-auto-tls"} {
		v := set.Bool(name, false, "")
		values[name] = func() any { return *v }
	}
	for _, name := range []string{"trusted-ca-file", "cipher-suites"} {
		v := set.String(name, "", "")
		values[name] = func() any { return *v }
	}
	election := set.Int64("election-timeout", 0, "")
	values["election-timeout"] = func() any { return *election }
	wait := set.Duration("grpc-keepalive-timeout", time.Second, "")
	values["grpc-keepalive-timeout"] = func() any { return int64(*wait) }
	err := set.Parse(args)
	result := line{Set: map[string]any{}, Args: set.Args(), Error: text(err)}
	set.Visit(func(flag *goflag.Flag) { result.Set[flag.Name] = values[flag.Name]() })
	return result
}

func readValue(question valueQuestion) value {
	set := newSet()
	read := add(set, "x", question.Type)
	for _, each := range question.Values {
		if err := set.Set("x", each); err != nil {
			return value{Error: err.Error()}
		}
	}
	return value{Value: read()}
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var given answer
	for _, args := range asked.Pflag {
		given.Pflag = append(given.Pflag, readPflag(args))
	}
	for _, args := range asked.Go {
		given.Go = append(given.Go, readGo(args))
	}
	for _, each := range asked.Values {
		given.Values = append(given.Values, readValue(each))
	}
	if err := json.NewEncoder(os.Stdout).Encode(given); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
