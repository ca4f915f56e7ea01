"""CHECK: rules that find faults before anything leaves."""
