"""The demonstration territory: real communes, synthetic meters and lights, every record labelled."""
